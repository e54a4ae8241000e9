package io.rdsboot.cluster;

import org.apiguardian.api.API;

/**
 * Tells Aurora from other servers.
 */
@API(status = API.Status.INTERNAL)
public final class AuroraDetection {

	/**
	 * SQL expression that is true on Aurora. Aurora may hide its functions in
	 * {@code pg_proc} from a role that may call them, so that its extensions are looked
	 * at, too.
	 */
	public static final String EXPRESSION = """
			(to_regproc('aurora_replica_status') IS NOT NULL
				OR coalesce(current_setting('rds.extensions', true), '') LIKE '%aurora_stat_utils%')""";

	private AuroraDetection() {
	}

}
