package io.rdsboot.test;

/**
 * Whose password a rotation changes.
 */
public enum RotationStrategy {

	/**
	 * Always that of the application's role: between {@link RotationStep#SET_SECRET} and
	 * {@link RotationStep#FINISH_SECRET} the current version is refused.
	 */
	SINGLE_USER,

	/**
	 * By turns that of the application's role and that of a second one, whose name ends
	 * in {@code _clone}: both versions are good until the next rotation. The second role
	 * is a member of the first, and can use its tables; what it creates itself is its
	 * own, as with AWS's rotation functions.
	 */
	ALTERNATING_USERS

}
