package io.rdsboot.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.BrokerModel;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.port.AmqpPort;
import org.jspecify.annotations.Nullable;

/**
 * AMQP 0-9-1 broker within the test's process, which keeps everything in memory. It takes
 * the login that RabbitMQ has by default.
 */
final class LocalAmqpBroker implements AutoCloseable {

	private static final String CONFIGURATION = """
			{
				"name": "local",
				"modelVersion": "%s",
				"authenticationproviders": [ { "name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
					"users": [ { "name": "guest", "password": "guest", "type": "managed" } ] } ],
				"ports": [ { "name": "amqp", "port": 0, "bindingAddress": "127.0.0.1",
					"authenticationProvider": "plain", "protocols": [ "AMQP_0_9_1" ],
					"virtualhostaliases": [ { "name": "default", "type": "nameAlias" } ] } ],
				"virtualhostnodes": [ { "name": "default", "type": "Memory", "defaultVirtualHostNode": true,
					"virtualHostInitialConfiguration": "{ \\"type\\": \\"Memory\\" }" } ]
			}
			""".formatted(BrokerModel.MODEL_VERSION);

	private final StartListener listener = new StartListener();

	private final SystemLauncher launcher = new SystemLauncher(this.listener);

	LocalAmqpBroker() throws Exception {
		Path configuration = Files.createTempFile("amqp-broker", ".json");
		try {
			Files.writeString(configuration, CONFIGURATION);
			this.launcher.startup(Map.of(SystemConfig.TYPE, "Memory", SystemConfig.INITIAL_CONFIGURATION_LOCATION,
					configuration.toUri().toString(), SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, false));
		}
		finally {
			delete(configuration);
		}
	}

	private static void delete(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		SystemConfig<?> system = this.listener.system;
		if (system == null) {
			throw new IllegalStateException("The broker has not started");
		}
		for (Port<?> port : ((Broker<?>) system.getContainer()).getPorts()) {
			if (port instanceof AmqpPort<?> amqp) {
				return amqp.getBoundPort();
			}
		}
		throw new IllegalStateException("The broker has no AMQP port");
	}

	@Override
	public void close() {
		this.launcher.shutdown();
	}

	private static final class StartListener extends SystemLauncherListener.DefaultSystemLauncherListener {

		private @Nullable SystemConfig<?> system;

		@Override
		public void onContainerResolve(SystemConfig<?> system) {
			this.system = system;
		}

	}

}
