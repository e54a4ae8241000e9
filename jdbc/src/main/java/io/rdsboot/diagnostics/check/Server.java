package io.rdsboot.diagnostics.check;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;

/**
 * What a server says about itself at the beginning of a diagnosis.
 *
 * @param instance the instance
 * @param role whether it accepts writes
 * @param version its version as a number, such as 160004
 * @param versionName its version as people write it
 * @param aurora whether it is Aurora
 * @param rds whether it is Aurora or RDS
 * @param statistics whether the role may see what other roles do
 * @param user the role that asks
 * @param database the database that is looked at
 */
public record Server(DatabaseInstance instance, InstanceRole role, int version, String versionName, boolean aurora,
		boolean rds, boolean statistics, String user, String database) {

	/**
	 * Return the statement that lets the role see what other roles do.
	 */
	public String grant() {
		return "GRANT pg_monitor TO " + Sql.identifier(this.user);
	}

}
