# Made for this folder alone; .env.example says what else may be here.
SECRET_KEY=@secret@
