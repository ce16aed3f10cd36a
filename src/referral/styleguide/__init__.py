"""The style guide: every component of the pages in every state, and the tokens behind them."""
