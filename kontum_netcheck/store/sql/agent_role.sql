-- For whoever runs the database:
--   CREATE ROLE agent_dak_to LOGIN PASSWORD '…';
--   SELECT agent_grant('agent_dak_to', 'dak-to');

-- Make a login the agent of one vantage; again with another vantage moves it.
CREATE OR REPLACE FUNCTION agent_grant(login name, vantage text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  owner oid := (SELECT relowner FROM pg_class WHERE oid = 'agent_roles'::regclass);
  mighty boolean;
BEGIN
  SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication OR pg_has_role(oid, owner, 'MEMBER')
  INTO mighty FROM pg_roles WHERE rolname = login;
  IF mighty IS NULL THEN
    RAISE EXCEPTION 'there is no login %; make it first: CREATE ROLE % LOGIN PASSWORD …', login, quote_ident(login);
  ELSIF mighty THEN
    RAISE EXCEPTION 'the login % may do more than an agent should; make another one', login;
  END IF;
  INSERT INTO agent_roles VALUES (login, agent_grant.vantage)
  ON CONFLICT (role) DO UPDATE SET vantage = excluded.vantage;
  EXECUTE format('GRANT kontum_agent TO %I', login);
END $$;

-- Take it all back: the login may do nothing here any more.
CREATE OR REPLACE FUNCTION agent_revoke(login name) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  EXECUTE format('REVOKE kontum_agent FROM %I', login);
  DELETE FROM agent_roles WHERE role = login;
END $$;

-- Nobody else may call any of it.
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
              WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname ~ '^agent_'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each.name);
  END LOOP;
END $$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kontum_agent') THEN
    CREATE ROLE kontum_agent NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
    NULL;  -- made by another database of this server meanwhile; or its administrator must: the program says so
END $$;
