-- What an agent hands in is taken only as the program itself would have written it: `store/entries.py` in SQL.
-- Each function is true where all is right, and false or null where anything is not.

-- Numbers as Python writes them: whole ones plainly, others with the fewest digits that give the same double again.
CREATE OR REPLACE FUNCTION agent_is_number(number text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  ours text;
BEGIN
  IF length(number) > 400 OR number ~ '^(0|-?[1-9][0-9]*)$' THEN
    RETURN length(number) <= 400;
  END IF;
  IF number !~ '[.e]' THEN
    RETURN false;
  END IF;
  ours := number::float8::text;
  IF abs(number::float8) < 1e15 THEN
    RETURN number = ours OR (number = ours || '.0' AND ours !~ '[.e]');
  END IF;
  -- Python writes exponents from 1e16 on, PostgreSQL from 1e15; and it takes the shorter of two where we don't
  RETURN number ~ CASE WHEN abs(number::float8) < 1e16 THEN '^-?[1-9][0-9]{15}\.[0-9]+$'
                       ELSE '^-?[1-9](\.[0-9]*[1-9])?e\+[1-9][0-9]+$' END
    AND (agent_digits(number) = agent_digits(ours) OR length(agent_digits(number)) < length(agent_digits(ours)));
EXCEPTION WHEN data_exception THEN
  RETURN false;
END $$;

CREATE OR REPLACE FUNCTION agent_digits(number text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT rtrim(translate(split_part(number, 'e', 1), '-.', ''), '0')
$$;

-- No spaces, no escape that has a shorter way, no number that has another. Keys are looked at by `agent_fields`.
CREATE OR REPLACE FUNCTION agent_is_canonical(body text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  bare text := regexp_replace(body, '"(?:[^"\\]|\\.)*"', '""', 'g');
BEGIN
  RETURN bare !~ '[ \t\n\r]'
    AND (position('\' IN body) = 0
      OR regexp_replace(body, '\\(?:["\\nrtfb]|u00(?:0[0-7be-f]|1[0-9a-f])|ud[89a-f][0-9a-f]{2})', '', 'g') !~ '\\'
         AND body !~ '(?<!\\)(?:\\\\)*\\ud[89ab][0-9a-f]{2}\\ud[c-f]')
    AND (SELECT coalesce(bool_and(agent_is_number(token[1])), true)
         FROM regexp_matches(bare, '-?[0-9][0-9.eE+-]*', 'g') AS token);
END $$;

-- The body to look into, its keys in their order. PostgreSQL can hold neither NUL nor half a surrogate pair: they become U+FFFD, as in `_plain`.
CREATE OR REPLACE FUNCTION agent_json(body text) RETURNS json
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN position('\u' IN body) = 0 THEN body ELSE
    regexp_replace(body, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1' || U&'\FFFD', 'g')
  END::json
$$;

-- An object with all of the first fields, maybe some of the second (null: any), no other, each once and in order.
CREATE OR REPLACE FUNCTION agent_fields(value json, must text[], may text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  keys text[];
BEGIN
  IF json_typeof(value) IS DISTINCT FROM 'object' THEN
    RETURN false;
  END IF;
  keys := ARRAY(SELECT key FROM json_object_keys(value) WITH ORDINALITY AS each (key, at) ORDER BY at);
  RETURN keys = ARRAY(SELECT DISTINCT key COLLATE "C" FROM unnest(keys) AS key ORDER BY 1)
    AND keys @> must AND (may IS NULL OR keys <@ (must || may));
END $$;

CREATE OR REPLACE FUNCTION agent_is_name(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_typeof(value) = 'string' AND length(value #>> '{}') <= 300
    AND value #>> '{}' ~ '^[ -~\u00A1-\u00AC\u00AE-\u024F\u0300-\u036F\u1E00-\u1EFF]+$'
$$;

-- Any text but the empty one, which is left out; or nothing.
CREATE OR REPLACE FUNCTION agent_is_text(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT value IS NULL OR (jsonb_typeof(value) = 'string' AND value <> '""')
$$;

CREATE OR REPLACE FUNCTION agent_is_double(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_typeof(value) = 'number' AND position('.' IN value::text) > 0
$$;

-- True, which is written; false is left out.
CREATE OR REPLACE FUNCTION agent_is_flag(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT value IS NULL OR value = 'true'
$$;

CREATE OR REPLACE FUNCTION agent_is_hash(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT value IS NULL OR (jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[0-9a-f]{64}$')
$$;

-- Absent, or a list of texts that has any.
CREATE OR REPLACE FUNCTION agent_is_texts(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT value IS NULL OR (jsonb_typeof(value) = 'array' AND value <> '[]'
    AND NOT jsonb_path_exists(value, '$[*] ? (@.type() <> "string")'))
$$;

CREATE OR REPLACE FUNCTION agent_is_word(list text, value jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN jsonb_typeof(value) = 'string'
    AND EXISTS (SELECT FROM agent_words AS known WHERE known.list = agent_is_word.list AND word = value #>> '{}');
END $$;

-- Microseconds since 1970 of a moment as `canonical.instant` writes it; null where it is none.
CREATE OR REPLACE FUNCTION agent_moment(value jsonb) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  said text := value #>> '{}';
BEGIN
  IF jsonb_typeof(value) IS DISTINCT FROM 'string'
     OR said !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$' THEN
    RETURN NULL;
  END IF;
  RETURN extract(epoch FROM (left(said, 19) || 'Z')::timestamptz)::bigint * 1000000 + substr(said, 21, 6)::bigint;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- For a column: what can't be printed becomes U+FFFD.
CREATE OR REPLACE FUNCTION agent_plain(said text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(regexp_replace(said, '[[:cntrl:]]', U&'\FFFD', 'g'), '')
$$;
