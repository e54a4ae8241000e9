package io.rdsboot.test.gateway;

/**
 * Passwords of the roles in {@code rds_iam}, which no user knows: with them a gateway
 * logs in for a client whose token it has accepted.
 */
public interface RolePasswords {

	/**
	 * Password of a role.
	 * @param role a role in {@code rds_iam}
	 * @return its password on all servers that run
	 * @throws RuntimeException when there is none and none can be set
	 */
	String get(String role);

	/**
	 * Forgets a password that a server has refused.
	 * @param role the role
	 */
	void forget(String role);

}
