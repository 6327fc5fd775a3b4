<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>@name@</title>
  </head>
  <body>
    <h1>Notes</h1>
    {% for message in get_flashed_messages() %}
    <p role="alert">{{ message }}</p>
    {% endfor %}
    <form method="post">
      <label>A new note: <input name="text" maxlength="200" required></label>
      <button>Add</button>
    </form>
    <ul>
      {% for note in notes %}
      <li>{{ note.text }}</li>
      {% endfor %}
    </ul>
  </body>
</html>
