def count(response):
    response.headers["X-Count"] = "1"
    return response


def stamp(response):
    response.headers["X-Stamp"] = "warehouse"
    return response
