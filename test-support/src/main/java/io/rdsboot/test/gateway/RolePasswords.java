package io.rdsboot.test.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Passwords of the roles in {@code rds_iam}, which no user knows: with them a gateway
 * logs in for a client whose token it has accepted.
 */
public interface RolePasswords {

	/**
	 * Password of a role, as far as it is known.
	 * @param role a role in {@code rds_iam}
	 * @return its password, or {@code null} when none has been set
	 */
	@Nullable String get(String role);

	/**
	 * Sets another password on all servers that run.
	 * @param role a role in {@code rds_iam}
	 * @param refused the password that a server has refused, or {@code null} for none
	 * @return the new password, or the present one when it is not the refused one
	 * @throws RuntimeException when none can be set
	 */
	String renew(String role, @Nullable String refused);

}
