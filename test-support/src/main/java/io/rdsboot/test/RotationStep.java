package io.rdsboot.test;

/**
 * A step in the rotation of a secret, in the order in which Secrets Manager takes them.
 */
public enum RotationStep {

	/** A new version, {@code AWSPENDING}, with a password that the database lacks yet. */
	CREATE_SECRET,

	/** The database takes the pending password. */
	SET_SECRET,

	/** A login with the pending version. */
	TEST_SECRET,

	/**
	 * The pending version becomes {@code AWSCURRENT}, and the former one
	 * {@code AWSPREVIOUS}.
	 */
	FINISH_SECRET

}
