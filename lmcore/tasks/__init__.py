"""What can be trained: data, model, objective and metrics put together."""
