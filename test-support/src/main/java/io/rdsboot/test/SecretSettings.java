package io.rdsboot.test;

/**
 * What was asked of the secret of the application's role. Immutable.
 *
 * @param strategy how it is rotated
 * @param managed whether it looks like one that RDS itself manages
 */
record SecretSettings(RotationStrategy strategy, boolean managed) {

	boolean alternating() {
		return this.strategy == RotationStrategy.ALTERNATING_USERS;
	}

}
