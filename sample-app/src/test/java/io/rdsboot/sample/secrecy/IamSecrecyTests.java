package io.rdsboot.sample.secrecy;

/**
 * A service that logs in with IAM tokens.
 */
class IamSecrecyTests extends AbstractSecrecyTests {

	IamSecrecyTests() {
		super(LoginKind.IAM);
	}

}
