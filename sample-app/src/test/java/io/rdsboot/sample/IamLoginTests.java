package io.rdsboot.sample;

import io.rdsboot.test.LocalRds;

import org.springframework.test.context.ActiveProfiles;

/**
 * The service with the profile {@code iam}.
 */
@LocalRds(iam = true)
@ActiveProfiles("iam")
class IamLoginTests extends AbstractLoginTests {

	IamLoginTests() {
		super("iam");
	}

}
