-- Evidence that agents hand in: limits, runs, their ends, observations. What a row says in columns is taken from its
-- body here, so that nobody can say one thing in the body and another in a column.

-- A body as JSON, if the entry is one that the program would have written and its id is its hash.
CREATE OR REPLACE FUNCTION agent_checked(kind text, id text, body text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  shown text := kind || ' ' || left(id, 12);
  value json;
  fine boolean;
BEGIN
  IF kind IS NULL OR kind NOT IN ('limits', 'run', 'run_end', 'observation') OR id IS NULL OR body IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'KN007', MESSAGE = left(coalesce(shown, 'entry'), 60);
  END IF;
  IF encode(sha256(convert_to(kind || E'\n' || body, 'UTF8')), 'hex') <> id THEN
    RAISE EXCEPTION USING ERRCODE = 'KN002', MESSAGE = shown;
  END IF;
  BEGIN
    IF octet_length(convert_to(body, 'UTF8')) <= 1000000 AND agent_is_canonical(body) THEN
      value := agent_json(body);
      fine := CASE kind WHEN 'limits' THEN agent_is_limits(value) WHEN 'run' THEN agent_is_run(value)
                        WHEN 'run_end' THEN agent_is_run_end(value) ELSE agent_is_observation(value) END;
    END IF;
  EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    fine := false;
  END;
  IF fine IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'KN005', MESSAGE = shown;
  END IF;
  RETURN value::jsonb;
END $$;

-- Who hands something in speaks for its own vantage, and of what has happened.
CREATE OR REPLACE FUNCTION agent_may_say(shown text, vantage text, moment bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  IF vantage <> coalesce(agent_vantage(), vantage) THEN
    RAISE EXCEPTION USING ERRCODE = 'KN003', MESSAGE = shown;
  END IF;
  IF moment > extract(epoch FROM clock_timestamp() + interval '5 minutes') * 1000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'KN006', MESSAGE = shown;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION agent_run_no(wanted text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  found_no bigint;
BEGIN
  SELECT no INTO found_no FROM runs WHERE run_id = wanted;
  IF found_no IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'KN004', MESSAGE = left(wanted, 60);
  END IF;
  RETURN found_no;
END $$;

CREATE OR REPLACE FUNCTION agent_add_run(hash bytea, body text, said jsonb, moment bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  new_no bigint;
BEGIN
  IF EXISTS (SELECT FROM runs WHERE id = hash) THEN
    RETURN false;
  END IF;
  INSERT INTO runs (id, run_id, started_at, inventory_hash, vantage, operator, body)
  VALUES (hash, said ->> 'id', moment, coalesce(said ->> 'inventory_hash', ''),
          agent_plain(said ->> 'vantage'), agent_plain(said ->> 'operator'), body)
  ON CONFLICT (id) DO NOTHING RETURNING no INTO new_no;
  INSERT INTO agent_runs SELECT new_no, session_user WHERE new_no IS NOT NULL;
  RETURN new_no IS NOT NULL;
END $$;

-- Only who handed a run in says how it ended.
CREATE OR REPLACE FUNCTION agent_add_run_end(hash bytea, body text, said jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  of_run bigint := agent_run_no(said ->> 'run_id');
BEGIN
  IF agent_vantage() IS NOT NULL
     AND NOT EXISTS (SELECT FROM agent_runs WHERE run_no = of_run AND role = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'KN003', MESSAGE = 'run_end ' || (said ->> 'run_id');
  END IF;
  INSERT INTO run_ends (id, run_no, finished_at, body)
  VALUES (hash, of_run, agent_moment(said -> 'finished_at'), body) ON CONFLICT (id) DO NOTHING;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION agent_add_observation(hash bytea, body text, said jsonb, moment bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  in_force bigint;
BEGIN
  -- A check's id names its probe, as `job.py` demands. Agents are sent nothing that a person tries, that fills a line,
  -- or that only a machine at the site can ask.
  IF agent_vantage() IS NOT NULL
     AND (said ->> 'probe' IN ('bandwidth', 'call', 'fax', 'manual', 'modem')
          OR said ->> 'probe' <> split_part(said ->> 'check_id', '/', 3)
          OR split_part(said ->> 'check_id', '/', 4) LIKE 'onsite.%') THEN
    RAISE EXCEPTION USING ERRCODE = 'KN007', MESSAGE = said ->> 'check_id';
  END IF;
  IF said ->> 'limits_id' IS NOT NULL THEN
    SELECT no INTO in_force FROM limits WHERE id = decode(said ->> 'limits_id', 'hex');
    IF in_force IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'KN004', MESSAGE = left(said ->> 'limits_id', 12);
    END IF;
  END IF;
  INSERT INTO observations (id, run_no, check_no, limits_no, answered, started_at, vantage, body)
  VALUES (hash, agent_run_no(said ->> 'run_id'), (SELECT no FROM checks WHERE check_id = said ->> 'check_id'), in_force,
          CASE WHEN said ->> 'outcome' IN ('measured', 'failed') THEN 1 ELSE 0 END,
          moment, agent_plain(said ->> 'vantage'), body)
  ON CONFLICT (id) DO NOTHING;
  RETURN FOUND;
END $$;

-- All or none: [{"kind", "id", "body"}, …]. What is known already is counted and left alone.
CREATE OR REPLACE FUNCTION agent_hand_in(entries jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  handed record;
  new_count integer := 0;
  all_count integer := 0;
BEGIN
  PERFORM agent_vantage();
  IF jsonb_typeof(entries) IS DISTINCT FROM 'array' OR jsonb_array_length(entries) > 2000 THEN
    RAISE EXCEPTION USING ERRCODE = 'KN005', MESSAGE = 'entries';
  END IF;
  FOR handed IN  -- sorted, so that two who hand in at once never wait for each other in a ring
    SELECT * FROM (
      SELECT each.kind, each.id, each.body, agent_checked(each.kind, each.id, each.body) AS said
      FROM (SELECT entry ->> 'kind' AS kind, entry ->> 'id' AS id, entry ->> 'body' AS body
            FROM jsonb_array_elements(entries) AS entry) AS each
      OFFSET 0) AS checked  -- each is looked at once, and all before the first is taken
    ORDER BY array_position(ARRAY['limits', 'run', 'run_end', 'observation'], checked.kind),
             (checked.said ->> 'check_id') COLLATE "C", checked.id
  LOOP
    all_count := all_count + 1;
    new_count := new_count + agent_add(handed.kind, decode(handed.id, 'hex'), handed.body, handed.said)::integer;
  END LOOP;
  RETURN jsonb_build_object('new', new_count, 'known', all_count - new_count);
END $$;

CREATE OR REPLACE FUNCTION agent_add(kind text, hash bytea, body text, said jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  shown text := kind || ' ' || left(encode(hash, 'hex'), 12);
  moment bigint := agent_moment(said -> 'started_at');
BEGIN
  IF kind IN ('run', 'observation') THEN
    PERFORM agent_may_say(shown, coalesce(said ->> 'vantage', ''), moment);
  END IF;
  CASE kind
    WHEN 'limits' THEN
      INSERT INTO limits (id, body) VALUES (hash, body) ON CONFLICT (id) DO NOTHING;
      RETURN FOUND;
    WHEN 'run' THEN
      RETURN agent_add_run(hash, body, said, moment);
    WHEN 'run_end' THEN
      RETURN agent_add_run_end(hash, body, said);
    ELSE
      IF NOT EXISTS (SELECT FROM checks WHERE check_id = said ->> 'check_id') THEN
        INSERT INTO checks (check_id, site_id) VALUES (said ->> 'check_id', split_part(said ->> 'check_id', '/', 1))
        ON CONFLICT (check_id) DO NOTHING;
      END IF;
      RETURN agent_add_observation(hash, body, said, moment);
  END CASE;
END $$;
