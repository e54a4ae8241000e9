# One server of a LocalRdsCluster: made on the container's first start, started again on its data ever after.
set -euo pipefail
home=/var/lib/rds-local
data=$home/data
if [ ! -s "$data/PG_VERSION" ]; then
	install -d -m 700 -o postgres "$home"
	install -m 600 -o postgres /dev/null "$home/pgpass"
	printf '*:*:*:*:%s' "$RDS_PASSWORD" >"$home/pgpass"
	if [ -n "$RDS_UPSTREAM" ]; then
		PGPASSFILE=$home/pgpass gosu postgres pg_basebackup --pgdata="$data" --host="$RDS_UPSTREAM" --username="$RDS_ADMIN" --no-password \
			--write-recovery-conf --wal-method=stream --checkpoint=fast --no-sync
	else
		install -m 600 -o postgres /dev/null "$home/password"
		printf '%s' "$RDS_PASSWORD" >"$home/password"
		gosu postgres initdb --pgdata="$data" --username="$RDS_ADMIN" --pwfile="$home/password" --auth=scram-sha-256 \
			--encoding=UTF8 --locale=C.UTF-8 --lc-messages=C --no-sync
		rm "$home/password"
		printf '%s' "$RDS_CONFIGURATION" >>"$data/postgresql.conf"
		rules=$(cat "$data/pg_hba.conf")
		printf '%s%s\n' "$RDS_FIRST_RULE" "$rules" >"$data/pg_hba.conf"
		printf 'host all all all scram-sha-256\nhost replication all all scram-sha-256\n' >>"$data/pg_hba.conf"
	fi
fi
exec gosu postgres postgres -D "$data" -c "listen_addresses=*" -c "unix_socket_directories=$home" -c "cluster_name=$RDS_NAME"
