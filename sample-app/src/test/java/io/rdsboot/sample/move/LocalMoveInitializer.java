package io.rdsboot.sample.move;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.test.ContextUse;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts the two databases of a move if the profile {@code move} is active, and sets the
 * properties that name the source. It does so before the context is made, because the
 * auto-configuration asks for these properties.
 */
class LocalMoveInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

	@Override
	public void initialize(GenericApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		if (!environment.matchesProfiles("move")) {
			return;
		}
		if (environment.matchesProfiles("iam | secrets-manager")) {
			throw new IllegalStateException(
					"The profile 'move' logs in with passwords: start it without 'iam' and 'secrets-manager'");
		}
		LocalRdsMove move = LocalRdsMove.builder().extension("vector").start();
		ContextUse.begin(move.source().cluster(), context.getBeanFactory());
		context.registerBean("localRdsMove", LocalRdsMove.class, () -> move);
		environment.getPropertySources().addFirst(new MapPropertySource("localRdsMove", properties(move)));
	}

	private static Map<String, Object> properties(LocalRdsMove move) {
		LocalRdsMoveDatabase source = move.source();
		LocalRdsAddress address = source.address();
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("rds.move.source.address", "%s:%d".formatted(address.host(), address.port()));
		properties.put("rds.move.source.database", source.cluster().database());
		properties.put("rds.move.source.credentials.username", source.moverUsername());
		properties.put("rds.move.source.credentials.password", source.moverPassword());
		properties.put("rds.move.source.application.username", source.cluster().username());
		properties.put("rds.move.source.application.password", source.cluster().password());
		properties.put("rds.move.target.credentials.username", move.target().moverUsername());
		properties.put("rds.move.target.credentials.password", move.target().moverPassword());
		return properties;
	}

}
