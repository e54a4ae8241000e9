package io.rdsboot.sample;

import io.rdsboot.test.LocalRds;

import org.springframework.test.context.ActiveProfiles;

/**
 * The service with the profile {@code secrets-manager}.
 */
@LocalRds(secretsManager = true)
@ActiveProfiles("secrets-manager")
class SecretsManagerLoginTests extends AbstractLoginTests {

	SecretsManagerLoginTests() {
		super("secrets-manager");
	}

}
