package io.rdsboot.sample.topology;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST interface that shows how the service logs in to the database.
 */
@RestController
class LoginController {

	private final JdbcClient jdbcClient;

	private final String type;

	LoginController(JdbcClient jdbcClient, @Value("${rds.credentials.type:password}") String type) {
		this.jdbcClient = jdbcClient;
		this.type = type;
	}

	@GetMapping("/api/login")
	@Transactional(readOnly = true)
	public Login login() {
		return new Login(this.jdbcClient.sql("select current_user").query(String.class).single(), this.type);
	}

	/**
	 * Login of the service.
	 *
	 * @param role the role that the server knows the service by
	 * @param type where the credentials come from
	 */
	record Login(String role, String type) {

	}

}
