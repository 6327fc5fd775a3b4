def register(app, source):
    def show_tide():
        return {"tide": source}

    app.add_url_rule("/tide", endpoint="tide", view_func=show_tide)
