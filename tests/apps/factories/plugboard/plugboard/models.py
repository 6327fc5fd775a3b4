from plugboard import db


class Part(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String, unique=True)


def seed(names):
    known = set(db.session.scalars(db.select(Part.name)))
    db.session.add_all([Part(name=name) for name in names if name not in known])
    db.session.commit()
