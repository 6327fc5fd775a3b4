from . import models, views
