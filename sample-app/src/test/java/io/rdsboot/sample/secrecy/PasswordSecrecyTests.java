package io.rdsboot.sample.secrecy;

/**
 * A service that logs in with a password.
 */
class PasswordSecrecyTests extends AbstractSecrecyTests {

	PasswordSecrecyTests() {
		super(LoginKind.PASSWORD);
	}

}
