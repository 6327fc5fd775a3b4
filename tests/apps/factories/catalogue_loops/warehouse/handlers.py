def bad_request(error):
    return {"error": "bad request"}, 400


def gone(error):
    return {"error": "gone"}, 410


def server_error(error):
    return {"error": "server error"}, 500
