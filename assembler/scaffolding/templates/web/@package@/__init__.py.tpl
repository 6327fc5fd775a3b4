"""The package of @name@; profiles/ says how its app is assembled."""
