-- The kinds of entries that agents hand in, as `bodies.py`, `run_bodies.py` and `notes.py` read them.

CREATE OR REPLACE FUNCTION agent_is_failure(value json, always_detail boolean) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT agent_fields(value, ARRAY['cause', 'stage'], ARRAY['detail'])
    AND agent_is_word('cause', value -> 'cause') AND agent_is_word('stage', value -> 'stage')
    AND CASE WHEN always_detail THEN json_typeof(value -> 'detail') IS NOT DISTINCT FROM 'string'
             ELSE agent_is_text(value -> 'detail') END
$$;

-- Plain values and lists of texts; null and objects are none.
CREATE OR REPLACE FUNCTION agent_is_metric(name text, value json) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT name ~ '^[a-z][a-z0-9_]{0,63}$' AND CASE json_typeof(value)
    WHEN 'null' THEN false
    WHEN 'object' THEN false
    WHEN 'array' THEN NOT EXISTS (SELECT FROM json_array_elements(value) AS part WHERE json_typeof(part) <> 'string')
    ELSE true END
$$;

CREATE OR REPLACE FUNCTION agent_is_observation(value json) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  metrics json := value -> 'metrics';
BEGIN
  IF agent_fields(value, ARRAY['check_id', 'duration_ms', 'outcome', 'probe', 'run_id', 'started_at'],
                  ARRAY['failure', 'limits_id', 'metrics', 'operator', 'target', 'vantage']) IS NOT TRUE THEN
    RETURN false;
  END IF;
  IF metrics IS NOT NULL THEN
    IF metrics::text = '{}' OR agent_fields(metrics, '{}', ARRAY(SELECT json_object_keys(metrics))) IS NOT TRUE THEN
      RETURN false;
    END IF;
    IF NOT (SELECT bool_and(agent_is_metric(key, each.value)) FROM json_each(metrics) AS each) THEN
      RETURN false;
    END IF;
  END IF;
  RETURN agent_is_name(value -> 'check_id') AND agent_is_name(value -> 'probe') AND agent_is_name(value -> 'run_id')
    AND agent_is_word('outcome', value -> 'outcome') AND agent_is_double(value -> 'duration_ms')
    AND agent_moment(value -> 'started_at') IS NOT NULL AND agent_is_hash(value -> 'limits_id')
    AND agent_is_text(value -> 'operator') AND agent_is_text(value -> 'target')
    AND agent_is_text(value -> 'vantage')
    AND CASE WHEN value -> 'failure' IS NULL THEN value ->> 'outcome' = 'measured'
             ELSE agent_is_failure(value -> 'failure', false) END;
END $$;

CREATE OR REPLACE FUNCTION agent_is_limits(value json) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT agent_fields(value, ARRAY['limits', 'valid_for_s'], '{}')
    AND agent_is_double(value -> 'valid_for_s') AND (value ->> 'valid_for_s') ~ '^[0-9]{1,9}\.[0-9]{1,6}$'
    AND json_typeof(value -> 'limits') = 'array'
    AND (SELECT coalesce(bool_and(
           agent_fields(each, ARRAY['metric', 'ready'], ARRAY['degraded', 'higher_is_better', 'required', 'source'])
           AND agent_is_name(each -> 'metric') AND agent_is_double(each -> 'ready')
           AND (each -> 'degraded' IS NULL OR agent_is_double(each -> 'degraded'))
           AND agent_is_flag(each -> 'higher_is_better') AND agent_is_flag(each -> 'required')
           AND agent_is_text(each -> 'source')), true)
         FROM json_array_elements(value -> 'limits') AS each)
$$;

CREATE OR REPLACE FUNCTION agent_is_run(value json) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT agent_fields(value, ARRAY['id', 'started_at', 'tool_version'],
      ARRAY['at', 'clock_offset_s', 'host', 'inventory', 'inventory_hash', 'operator', 'partial', 'selection', 'vantage'])
    AND agent_is_name(value -> 'id') AND agent_is_name(value -> 'tool_version')
    AND agent_moment(value -> 'started_at') IS NOT NULL AND agent_is_hash(value -> 'inventory_hash')
    AND agent_is_text(value -> 'at') AND agent_is_text(value -> 'host') AND agent_is_text(value -> 'inventory')
    AND agent_is_text(value -> 'operator') AND agent_is_text(value -> 'vantage') AND agent_is_flag(value -> 'partial')
    AND (value -> 'clock_offset_s' IS NULL OR agent_is_double(value -> 'clock_offset_s'))
    AND (value -> 'selection' IS NULL OR (
      json_typeof(value -> 'selection') = 'array' AND value ->> 'selection' <> '[]'
      AND NOT EXISTS (SELECT FROM json_array_elements(value -> 'selection') AS part
                      WHERE json_typeof(part) <> 'string')))
$$;

-- A sentence that only names its values.
CREATE OR REPLACE FUNCTION agent_is_note(value json, depth integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN agent_fields(value, ARRAY['text', 'values'], '{}') AND depth <= 5
    AND json_typeof(value -> 'text') = 'string' AND length(value ->> 'text') <= 2000
    AND regexp_replace(value ->> 'text', '\{\{|\}\}|\{[A-Za-z_][A-Za-z0-9_]*\}', '', 'g') !~ '[{}]'
    AND json_typeof(value -> 'values') = 'object'
    AND agent_fields(value -> 'values', '{}', ARRAY(SELECT json_object_keys(value -> 'values')))
    AND (SELECT coalesce(bool_and(each.key ~ '^[A-Za-z_][A-Za-z0-9_]*$' AND agent_is_note_value(each.value, depth)), true)
         FROM json_each(value -> 'values') AS each);
END $$;

-- Plain values as they are, others as an object of one field, which names the type.
CREATE OR REPLACE FUNCTION agent_is_note_value(value json, depth integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  type text;
  inner_value json;
BEGIN
  IF json_typeof(value) = 'array' AND depth <= 5 THEN
    RETURN (SELECT coalesce(bool_and(agent_is_note_value(part, depth + 1)), true)
            FROM json_array_elements(value) AS part);
  ELSIF json_typeof(value) <> 'object' THEN
    RETURN json_typeof(value) <> 'array';
  END IF;
  IF (SELECT count(*) FROM json_object_keys(value)) <> 1 THEN
    RETURN false;
  END IF;
  SELECT key, each.value INTO type, inner_value FROM json_each(value) AS each;
  RETURN CASE type
    WHEN 'message' THEN agent_is_note(inner_value, depth + 1)
    WHEN 'failure' THEN agent_is_failure(inner_value, true)
    WHEN 'instant' THEN agent_moment(inner_value) IS NOT NULL
    WHEN 'number' THEN json_typeof(inner_value) = 'string' AND inner_value #>> '{}' IN ('nan', 'inf', '-inf')
    WHEN 'span_us' THEN inner_value::text ~ '^(0|-?[1-9][0-9]{0,17})$'
    WHEN 'day' THEN agent_moment(to_json((inner_value #>> '{}') || 'T00:00:00.000000Z')) IS NOT NULL
    WHEN 'local' THEN json_typeof(inner_value) = 'string' AND inner_value #>> '{}' !~ '\.000000$'
      AND agent_moment(to_json((inner_value #>> '{}') || CASE
        WHEN position('.' IN inner_value #>> '{}') = 0 THEN '.000000Z' ELSE 'Z' END)) IS NOT NULL
    ELSE type IN ('readiness', 'outcome', 'kind', 'cause', 'stage') AND agent_is_word(type, inner_value) END;
END $$;

CREATE OR REPLACE FUNCTION agent_is_run_end(value json) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT agent_fields(value, ARRAY['finished_at', 'late_ms', 'run_id'], ARRAY['deadline', 'interrupted', 'notes'])
    AND agent_is_name(value -> 'run_id') AND agent_moment(value -> 'finished_at') IS NOT NULL
    AND agent_is_double(value -> 'late_ms')
    AND agent_is_flag(value -> 'deadline') AND agent_is_flag(value -> 'interrupted')
    AND (value -> 'notes' IS NULL OR (
      json_typeof(value -> 'notes') = 'array' AND value ->> 'notes' <> '[]'
      AND (SELECT bool_and(agent_is_note(note, 0)) FROM json_array_elements(value -> 'notes') AS note)))
$$;
