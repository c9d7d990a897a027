-- A case, its event and a letter, bare: for scale.
\set chat random(1, 6500)
BEGIN;
INSERT INTO storm_case (state, reported_at, body) VALUES ('whistled', 1785000000000, 'a case of about this many words, as JSON') RETURNING id \gset case_
INSERT INTO storm_event (case_id, seq, body) VALUES (:case_id, 1, 'what happened to it, as JSON');
INSERT INTO storm_letter (chat_id, state, body) VALUES (:chat, 'pending', 'what its people are told, as JSON');
COMMIT;
