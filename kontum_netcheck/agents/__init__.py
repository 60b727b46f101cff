"""Many vantage points: jobs on PostgreSQL's queues, the agents that do them, and who sends them.

Nothing is imported here: reading a job needs no database, and only `queue` loads procrastinate.
"""
