"""Training: reads files, writes model folders; knows neither the database nor people."""
