-- Who takes which job: procrastinate's own tables, narrowed for agents. Its tables get one column each, which says
-- whose a row is; its functions run with the agent's own few rights.

ALTER TABLE procrastinate_workers ADD COLUMN IF NOT EXISTS agent_role name DEFAULT session_user;
ALTER TABLE procrastinate_jobs ADD COLUMN IF NOT EXISTS agent_role name;  -- who took it
ALTER TABLE procrastinate_workers ENABLE ROW LEVEL SECURITY;
ALTER TABLE procrastinate_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE procrastinate_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE procrastinate_periodic_defers ENABLE ROW LEVEL SECURITY;

-- Who looks for a job of its own queue must not walk past all that wait for others.
CREATE INDEX IF NOT EXISTS agent_jobs_waiting ON procrastinate_jobs (queue_name, priority DESC, id)
  WHERE status = 'todo';

-- An agent takes jobs for workers of its own login, ends only what it took, and undoes nothing.
CREATE OR REPLACE FUNCTION agent_guard_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  taken boolean := OLD.status = 'todo' AND NEW.status = 'doing';
  ended boolean := OLD.status = 'doing' AND NEW.status IN ('succeeded', 'failed', 'aborted');
BEGIN
  IF taken THEN
    NEW.agent_role := session_user;
  END IF;
  IF NOT EXISTS (SELECT FROM agent_roles WHERE role = session_user) THEN
    RETURN NEW;
  END IF;
  IF (taken OR (NEW.agent_role = session_user AND (ended OR NEW.status = OLD.status))) IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('an agent may not make job %s %s: it is %s', NEW.id, NEW.status, OLD.status);
  END IF;
  IF NEW.worker_id IS DISTINCT FROM OLD.worker_id AND NEW.worker_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM procrastinate_workers AS worker
                     WHERE worker.id = NEW.worker_id AND worker.agent_role = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('worker %s is not this login''s', NEW.worker_id);
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER agent_guard_job BEFORE UPDATE ON procrastinate_jobs
  FOR EACH ROW EXECUTE FUNCTION agent_guard_job();

-- A sign of life is of this moment.
CREATE OR REPLACE FUNCTION agent_guard_worker() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM agent_roles WHERE role = session_user) THEN
    NEW.last_heartbeat := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER agent_guard_worker BEFORE INSERT OR UPDATE ON procrastinate_workers
  FOR EACH ROW EXECUTE FUNCTION agent_guard_worker();

-- Who is struck off the list is one's own: a worker of another login stays, whoever asks.
CREATE OR REPLACE FUNCTION agent_guard_list() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF OLD.agent_role <> session_user AND EXISTS (SELECT FROM agent_roles WHERE role = session_user) THEN
    RETURN NULL;
  END IF;
  RETURN OLD;
END $$;

CREATE OR REPLACE TRIGGER agent_guard_list BEFORE DELETE ON procrastinate_workers
  FOR EACH ROW EXECUTE FUNCTION agent_guard_list();

-- Workers are struck off by procrastinate's functions alone, with the owner's rights: who may delete from a table may
-- lock all of it, and hold up everybody.
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname ~ '^procrastinate_'
      AND prosrc ~* 'delete from procrastinate_workers'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %s', each.name,
                   current_setting('search_path'));
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each.name);
  END LOOP;
END $$;

-- The journal of jobs is written by their triggers alone: with the owner's rights, and callable by nobody else.
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT DISTINCT writes.oid::regprocedure AS name
    FROM pg_trigger JOIN pg_proc AS writes ON writes.oid = tgfoid
    WHERE tgrelid = 'procrastinate_jobs'::regclass AND NOT tgisinternal AND prosrc LIKE '%procrastinate_events%'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %s', each.name,
                   current_setting('search_path'));
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each.name);
  END LOOP;
END $$;
