-- Who the agents are, and what they may say of themselves. Applied as often as one likes.
-- Errors that a person may read have the codes KN001 … KN009; the program makes sentences of them.

CREATE TABLE IF NOT EXISTS agent_schema (version integer PRIMARY KEY, at timestamptz NOT NULL);

CREATE TABLE IF NOT EXISTS agent_roles (  -- which login stands for which vantage
  role name PRIMARY KEY,
  vantage text NOT NULL CHECK (vantage ~ '^[^[:cntrl:]\uFFFD]{1,100}$' AND vantage = btrim(vantage))
);

CREATE TABLE IF NOT EXISTS agents (  -- a row a process
  id text PRIMARY KEY,
  role name NOT NULL,
  vantage text NOT NULL,
  name text NOT NULL,
  host text NOT NULL,
  tool_version text NOT NULL,
  job_version integer NOT NULL,
  started_at timestamptz NOT NULL,     -- by its own clock
  last_seen_at timestamptz NOT NULL,   -- by ours
  clock_offset_s float8,
  status jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS agents_by_role ON agents (role, last_seen_at);

CREATE TABLE IF NOT EXISTS agent_runs (  -- runs that agents made themselves, while they were cut off
  run_no bigint PRIMARY KEY REFERENCES runs (no) ON DELETE CASCADE,
  role name NOT NULL
);

-- Which dispatcher makes the turns of a series. Not an advisory lock: those anybody may take who may log in.
CREATE TABLE IF NOT EXISTS dispatchers (
  series text PRIMARY KEY,
  pid integer NOT NULL,
  backend_start timestamptz NOT NULL  -- with the pid: one connection, and no later one
);

CREATE TABLE IF NOT EXISTS agent_words (list text, word text, PRIMARY KEY (list, word));  -- the program's closed lists

CREATE TABLE IF NOT EXISTS job_refusals (
  job_id bigint NOT NULL REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
  agent_id text NOT NULL,
  why text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (job_id, agent_id)
);

-- The vantage of who is logged in; null for the store's owner, who may stand for any; an error for anybody else.
CREATE OR REPLACE FUNCTION agent_vantage() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  own text;
BEGIN
  SELECT vantage INTO own FROM agent_roles WHERE role = session_user;
  IF FOUND THEN
    RETURN own;
  END IF;
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN  -- current_user is this function's owner
    RETURN NULL;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'KN001', MESSAGE = session_user::text;
END $$;

CREATE OR REPLACE FUNCTION agent_queues() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT ARRAY['vantage:' || agent_vantage(), 'any']
$$;

-- A text of the report: printable, and not longer than that.
CREATE OR REPLACE FUNCTION agent_text(report jsonb, field text, most integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  said text := report ->> field;
BEGIN
  IF jsonb_typeof(report -> field) IS DISTINCT FROM 'string' OR said !~ '^[^[:cntrl:]]*$' OR length(said) > most THEN
    RAISE EXCEPTION USING ERRCODE = 'KN005', MESSAGE = 'report.' || field;
  END IF;
  RETURN said;
END $$;

-- Says that an agent is alive. Its vantage is its login's, the moment is ours, and no other login's row is touched.
CREATE OR REPLACE FUNCTION agent_report(report jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  own text := agent_vantage();
  said text := agent_text(report, 'vantage', 100);
BEGIN
  IF said <> coalesce(own, said) THEN
    RAISE EXCEPTION USING ERRCODE = 'KN003', MESSAGE = said;
  END IF;
  IF length(report::text) > 16000 OR jsonb_typeof(report -> 'status') IS DISTINCT FROM 'object'
     OR jsonb_path_exists(report, '$.** ? (@ > 1e15 || @ < -1e15)') THEN
    RAISE EXCEPTION USING ERRCODE = 'KN005', MESSAGE = 'report.status';
  END IF;
  -- what its readers can't hold, or can't calculate with, would be in the way of all that read about any agent
  IF (report ->> 'clock_offset_s')::float8 NOT BETWEEN -1e12 AND 1e12
     OR ((report ->> 'started_at')::timestamptz BETWEEN '2000-01-01' AND '3000-01-01') IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'KN005', MESSAGE = 'report';
  END IF;
  DELETE FROM agents WHERE role = session_user AND last_seen_at < clock_timestamp() - interval '7 days';
  IF (SELECT count(*) FROM agents WHERE role = session_user AND id <> report ->> 'id') >= 100 THEN
    DELETE FROM agents WHERE id = (SELECT id FROM agents WHERE role = session_user ORDER BY last_seen_at LIMIT 1);
  END IF;
  INSERT INTO agents VALUES (
    agent_text(report, 'id', 100), session_user, said, agent_text(report, 'name', 100),
    agent_text(report, 'host', 255), agent_text(report, 'tool_version', 100), (report ->> 'job_version')::integer,
    (report ->> 'started_at')::timestamptz, clock_timestamp(), (report ->> 'clock_offset_s')::float8,
    report -> 'status'
  )
  ON CONFLICT (id) DO UPDATE SET
    (vantage, name, host, tool_version, job_version, started_at, last_seen_at, clock_offset_s, status) =
    (excluded.vantage, excluded.name, excluded.host, excluded.tool_version, excluded.job_version,
     excluded.started_at, excluded.last_seen_at, excluded.clock_offset_s, excluded.status)
    WHERE agents.role = session_user;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'KN003', MESSAGE = report ->> 'id';
  END IF;
  RETURN jsonb_build_object(
    'now', clock_timestamp(), 'schema', (SELECT max(version) FROM schema_versions),
    'agents', (SELECT max(version) FROM agent_schema));
EXCEPTION WHEN data_exception THEN  -- a number or a moment that is none
  RAISE EXCEPTION USING ERRCODE = 'KN005', MESSAGE = 'report';
END $$;

-- Leaves word why a job is not done: by who took it, for an agent that reported.
CREATE OR REPLACE FUNCTION agent_refuse(job_id bigint, agent_id text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM agent_vantage();
  IF NOT EXISTS (SELECT FROM procrastinate_jobs AS job
                 WHERE job.id = agent_refuse.job_id AND job.agent_role = session_user)
     OR NOT EXISTS (SELECT FROM agents WHERE id = agent_refuse.agent_id AND role = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'KN003', MESSAGE = agent_refuse.job_id::text;
  END IF;
  INSERT INTO job_refusals VALUES (job_id, agent_id, left(why, 500), clock_timestamp())
  ON CONFLICT ON CONSTRAINT job_refusals_pkey DO NOTHING;
END $$;
