"""What may leave of volumes, costs and predictors: each under a named policy, with what was hidden."""
