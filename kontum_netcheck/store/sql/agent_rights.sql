-- All that the group kontum_agent may do. Its members read no table of the evidence, and write none but by functions.

DROP POLICY IF EXISTS agent_reads_jobs ON procrastinate_jobs;
CREATE POLICY agent_reads_jobs ON procrastinate_jobs FOR SELECT TO kontum_agent
  USING (queue_name = ANY ((SELECT agent_queues())::text[])
         AND (queue_name <> 'any' OR status = 'todo' OR agent_role = session_user));
DROP POLICY IF EXISTS agent_takes_jobs ON procrastinate_jobs;
CREATE POLICY agent_takes_jobs ON procrastinate_jobs FOR UPDATE TO kontum_agent
  USING (queue_name = ANY ((SELECT agent_queues())::text[]) AND (status = 'todo' OR agent_role = session_user))
  WITH CHECK (queue_name = ANY ((SELECT agent_queues())::text[]) AND agent_role = session_user);
DROP POLICY IF EXISTS agent_has_workers ON procrastinate_workers;
CREATE POLICY agent_has_workers ON procrastinate_workers TO kontum_agent
  USING (agent_role = session_user) WITH CHECK (agent_role = session_user);

REVOKE ALL ON ALL TABLES IN SCHEMA :schema FROM kontum_agent;
GRANT SELECT, UPDATE (status, worker_id, attempts, abort_requested) ON procrastinate_jobs TO kontum_agent;
GRANT SELECT, INSERT (last_heartbeat), UPDATE (last_heartbeat) ON procrastinate_workers TO kontum_agent;
GRANT USAGE ON SCHEMA :schema TO kontum_agent;

DO $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT oid::regprocedure AS name, proname, prosrc ~* 'delete from procrastinate_workers' AS strikes_off FROM pg_proc
    WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname ~ '^(agent|procrastinate)_'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM kontum_agent', each.name);
    IF each.strikes_off
       OR each.proname IN ('agent_vantage', 'agent_queues', 'agent_report', 'agent_hand_in', 'agent_refuse') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kontum_agent', each.name);
    END IF;
  END LOOP;
  REVOKE CREATE ON SCHEMA :schema FROM PUBLIC;  -- before PostgreSQL 15 everybody could
  IF has_schema_privilege('kontum_agent', current_schema(), 'CREATE') THEN
    RAISE EXCEPTION USING ERRCODE = 'KN008', MESSAGE = current_schema();
  END IF;
END $$;
