"""What a clinic does of its own: joins, keeps its details right, answers, leaves."""
