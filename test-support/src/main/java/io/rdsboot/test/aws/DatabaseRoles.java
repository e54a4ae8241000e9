package io.rdsboot.test.aws;

/**
 * The login roles of a database, as far as a rotation deals with them.
 */
public interface DatabaseRoles {

	/**
	 * Gives a role another password.
	 * @param role an existing role
	 * @param password the password
	 */
	void setPassword(String role, String password);

	/**
	 * Gives a role a password, and creates it first if there is none: as a member of
	 * another role, whose rights it has by that.
	 * @param role the role
	 * @param password the password
	 * @param original the role to be a member of
	 */
	void setPassword(String role, String password, String original);

	/**
	 * Logs in and out again.
	 * @param role the role
	 * @param password its password
	 */
	void login(String role, String password);

}
