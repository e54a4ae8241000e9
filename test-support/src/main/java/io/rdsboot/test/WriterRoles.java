package io.rdsboot.test;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.rdsboot.test.aws.DatabaseRoles;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.server.AdminClient;
import io.rdsboot.test.server.RolePassword;
import io.rdsboot.test.server.SqlQuotes;

/**
 * The roles of a cluster, changed on its present writer.
 */
final class WriterRoles implements DatabaseRoles {

	private static final String LIMIT_SECONDS = "10";

	private final AdminClient client;

	private final Supplier<LocalRdsInstance> writer;

	private final Consumer<Login> listener;

	/**
	 * Creates the roles.
	 * @param client how the administrator gets at them
	 * @param writer the present writer
	 * @param listener told of each role that has another password
	 */
	WriterRoles(AdminClient client, Supplier<LocalRdsInstance> writer, Consumer<Login> listener) {
		this.client = client;
		this.writer = writer;
		this.listener = listener;
	}

	@Override
	public void setPassword(String role, String password) {
		execute("ALTER ROLE %s PASSWORD %s".formatted(SqlQuotes.identifier(role), RolePassword.literal(password)));
		this.listener.accept(new Login(role, password));
	}

	@Override
	public void setPassword(String role, String password, String original) {
		String exists = this.client.query(this.writer.get().server(),
				"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)".formatted(SqlQuotes.literal(role)));
		if ("t".equals(exists)) {
			setPassword(role, password);
		}
		else {
			execute("CREATE ROLE %s LOGIN PASSWORD %s IN ROLE %s".formatted(SqlQuotes.identifier(role),
					RolePassword.literal(password), SqlQuotes.identifier(original)));
		}
	}

	private void execute(String statement) {
		this.client.execute(this.writer.get().server(), "postgres", statement);
	}

	@Override
	public void login(String role, String password) {
		LocalRdsInstance instance = this.writer.get();
		Properties properties = new Properties();
		properties.setProperty("user", role);
		properties.setProperty("password", password);
		properties.setProperty("loginTimeout", LIMIT_SECONDS);
		properties.setProperty("connectTimeout", LIMIT_SECONDS);
		properties.setProperty("ApplicationName", "rds-local");
		try {
			DriverManager.getConnection(instance.jdbcUrl(), properties).close();
		}
		catch (SQLException ex) {
			throw new LocalRdsException("The role %s cannot log in to %s with its pending password: %s".formatted(role,
					instance, ex.getMessage()), ex);
		}
	}

}
