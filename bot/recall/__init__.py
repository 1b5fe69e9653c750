"""When what was learned is asked again."""
