from .builder import AppBuilder

create_app = AppBuilder(package="builder_shop")
