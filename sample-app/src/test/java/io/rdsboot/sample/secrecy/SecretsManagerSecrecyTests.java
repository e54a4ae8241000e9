package io.rdsboot.sample.secrecy;

/**
 * A service that logs in with a secret of Secrets Manager.
 */
class SecretsManagerSecrecyTests extends AbstractSecrecyTests {

	SecretsManagerSecrecyTests() {
		super(LoginKind.SECRETS_MANAGER);
	}

}
