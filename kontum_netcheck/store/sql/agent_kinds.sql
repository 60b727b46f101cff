-- The kinds of entries that agents hand in, as `bodies.py`, `run_bodies.py` and `notes.py` read them.
-- json keeps the order of keys, which must be right; jsonb is quicker to look into.

CREATE OR REPLACE FUNCTION agent_is_failure(value json, always_detail boolean) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  detail jsonb := (value -> 'detail')::jsonb;
BEGIN
  RETURN agent_fields(value, ARRAY['cause', 'stage'], ARRAY['detail'])
    AND agent_is_word('cause', (value -> 'cause')::jsonb) AND agent_is_word('stage', (value -> 'stage')::jsonb)
    AND CASE WHEN always_detail THEN jsonb_typeof(detail) IS NOT DISTINCT FROM 'string' ELSE agent_is_text(detail) END;
END $$;

-- Plain values and lists of texts; null and objects are none.
CREATE OR REPLACE FUNCTION agent_is_metric(name text, value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT name ~ '^[a-z][a-z0-9_]{0,63}$' AND CASE jsonb_typeof(value)
    WHEN 'null' THEN false
    WHEN 'object' THEN false
    WHEN 'array' THEN NOT jsonb_path_exists(value, '$[*] ? (@.type() <> "string")')
    ELSE true END
$$;

CREATE OR REPLACE FUNCTION agent_is_observation(value json) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  said jsonb := value::jsonb;
  metrics json := value -> 'metrics';
BEGIN
  IF agent_fields(value, ARRAY['check_id', 'duration_ms', 'outcome', 'probe', 'run_id', 'started_at'],
                  ARRAY['failure', 'limits_id', 'metrics', 'operator', 'target', 'vantage']) IS NOT TRUE THEN
    RETURN false;
  END IF;
  IF metrics IS NOT NULL AND (
       agent_fields(metrics, '{}', NULL) IS NOT TRUE
       OR (SELECT bool_and(agent_is_metric(each.key, each.value)) FROM jsonb_each(said -> 'metrics') AS each)
         IS NOT TRUE) THEN
    RETURN false;
  END IF;
  IF said ? 'failure' THEN
    IF agent_is_failure(value -> 'failure', false) IS NOT TRUE THEN
      RETURN false;
    END IF;
  ELSIF said ->> 'outcome' <> 'measured' THEN
    RETURN false;
  END IF;
  RETURN agent_is_name(said -> 'check_id') AND agent_is_name(said -> 'probe') AND agent_is_name(said -> 'run_id')
    AND agent_is_word('outcome', said -> 'outcome') AND agent_is_double(said -> 'duration_ms')
    AND agent_moment(said -> 'started_at') IS NOT NULL AND agent_is_hash(said -> 'limits_id')
    AND agent_is_text(said -> 'operator') AND agent_is_text(said -> 'target') AND agent_is_text(said -> 'vantage');
END $$;

CREATE OR REPLACE FUNCTION agent_is_limit(value json) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  said jsonb := value::jsonb;
BEGIN
  RETURN agent_fields(value, ARRAY['metric', 'ready'], ARRAY['degraded', 'higher_is_better', 'required', 'source'])
    AND agent_is_name(said -> 'metric') AND agent_is_double(said -> 'ready')
    AND (NOT said ? 'degraded' OR agent_is_double(said -> 'degraded'))
    AND agent_is_flag(said -> 'higher_is_better') AND agent_is_flag(said -> 'required')
    AND agent_is_text(said -> 'source');
END $$;

CREATE OR REPLACE FUNCTION agent_is_limits(value json) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN agent_fields(value, ARRAY['limits', 'valid_for_s'], '{}')
    AND (value -> 'valid_for_s')::text ~ '^[0-9]{1,9}\.[0-9]{1,6}$' AND json_typeof(value -> 'limits') = 'array'
    AND (SELECT coalesce(bool_and(agent_is_limit(each)), true) FROM json_array_elements(value -> 'limits') AS each);
END $$;

CREATE OR REPLACE FUNCTION agent_is_run(value json) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  said jsonb := value::jsonb;
BEGIN
  RETURN agent_fields(value, ARRAY['id', 'started_at', 'tool_version'],
      ARRAY['at', 'clock_offset_s', 'host', 'inventory', 'inventory_hash', 'operator', 'partial', 'selection', 'vantage'])
    AND agent_is_name(said -> 'id') AND agent_is_name(said -> 'tool_version')
    AND agent_moment(said -> 'started_at') IS NOT NULL AND agent_is_hash(said -> 'inventory_hash')
    AND agent_is_text(said -> 'at') AND agent_is_text(said -> 'host') AND agent_is_text(said -> 'inventory')
    AND agent_is_text(said -> 'operator') AND agent_is_text(said -> 'vantage') AND agent_is_flag(said -> 'partial')
    AND (NOT said ? 'clock_offset_s' OR agent_is_double(said -> 'clock_offset_s'))
    AND agent_is_texts(said -> 'selection');
END $$;

-- A sentence that only names its values.
CREATE OR REPLACE FUNCTION agent_is_note(value json, depth integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN agent_fields(value, ARRAY['text', 'values'], '{}') AND depth <= 5
    AND json_typeof(value -> 'text') = 'string' AND length(value ->> 'text') <= 2000
    AND regexp_replace(value ->> 'text', '\{\{|\}\}|\{[A-Za-z_][A-Za-z0-9_]*\}', '', 'g') !~ '[{}]'
    AND agent_fields(value -> 'values', '{}', NULL)
    AND (SELECT coalesce(bool_and(each.key ~ '^[A-Za-z_][A-Za-z0-9_]*$' AND agent_is_note_value(each.value, depth)), true)
         FROM json_each(value -> 'values') AS each);
END $$;

-- Plain values as they are, others as an object of one field, which names the type.
CREATE OR REPLACE FUNCTION agent_is_note_value(value json, depth integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  type text;
  held json;
  plain text;
BEGIN
  IF json_typeof(value) = 'array' THEN
    RETURN depth <= 5 AND (SELECT coalesce(bool_and(agent_is_note_value(part, depth + 1)), true)
                           FROM json_array_elements(value) AS part);
  ELSIF json_typeof(value) <> 'object' THEN
    RETURN true;
  ELSIF (SELECT count(*) FROM json_object_keys(value)) <> 1 THEN
    RETURN false;
  END IF;
  SELECT each.key, each.value INTO type, held FROM json_each(value) AS each;
  plain := CASE WHEN json_typeof(held) = 'string' THEN held #>> '{}' END;
  RETURN CASE type
    WHEN 'message' THEN agent_is_note(held, depth + 1)
    WHEN 'failure' THEN agent_is_failure(held, true)
    WHEN 'instant' THEN agent_moment(held::jsonb) IS NOT NULL
    WHEN 'number' THEN plain IN ('nan', 'inf', '-inf')
    WHEN 'span_us' THEN held::text ~ '^(0|-?[1-9][0-9]{0,17})$'
    WHEN 'day' THEN agent_moment(to_jsonb(plain || 'T00:00:00.000000Z')) IS NOT NULL
    WHEN 'local' THEN plain !~ '\.000000$' AND agent_moment(to_jsonb(
      plain || CASE WHEN position('.' IN plain) = 0 THEN '.000000Z' ELSE 'Z' END)) IS NOT NULL
    ELSE type IN ('readiness', 'outcome', 'kind', 'cause', 'stage') AND agent_is_word(type, held::jsonb) END;
END $$;

CREATE OR REPLACE FUNCTION agent_is_run_end(value json) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  said jsonb := value::jsonb;
BEGIN
  RETURN agent_fields(value, ARRAY['finished_at', 'late_ms', 'run_id'], ARRAY['deadline', 'interrupted', 'notes'])
    AND agent_is_name(said -> 'run_id') AND agent_moment(said -> 'finished_at') IS NOT NULL
    AND agent_is_double(said -> 'late_ms')
    AND agent_is_flag(said -> 'deadline') AND agent_is_flag(said -> 'interrupted')
    AND (NOT said ? 'notes' OR (
      jsonb_typeof(said -> 'notes') = 'array'
      AND (SELECT bool_and(agent_is_note(note, 0)) FROM json_array_elements(value -> 'notes') AS note)));
END $$;
