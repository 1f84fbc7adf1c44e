-- Returns the secret by which workers know each other's requests.
select secret from worker_secret
