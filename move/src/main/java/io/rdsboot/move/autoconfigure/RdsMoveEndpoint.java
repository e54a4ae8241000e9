package io.rdsboot.move.autoconfigure;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Map;

import io.rdsboot.move.control.DatabaseMove;
import io.rdsboot.move.control.MoveRefusedException;
import io.rdsboot.move.control.MoveStatus;
import io.rdsboot.move.control.MoveStep;
import io.rdsboot.move.cutover.SwitchoverException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Actuator endpoint that shows how far a move is, and takes its steps, which needs
 * {@code management.endpoint.rdsmove.access=unrestricted}. Thread-safe.
 */
@Endpoint(id = "rdsmove", defaultAccess = Access.READ_ONLY)
class RdsMoveEndpoint {

	private static final int CONFLICT = 409;

	private final DatabaseMove move;

	private final MoveSteps steps;

	private final BackgroundVerification verification;

	RdsMoveEndpoint(DatabaseMove move, MoveSteps steps, BackgroundVerification verification) {
		this.move = move;
		this.steps = steps;
		this.verification = verification;
	}

	/**
	 * Return how far the move is.
	 */
	@ReadOperation
	public MoveStatus status() {
		return this.move.status();
	}

	/**
	 * Assess the move, or tell what a verification has found or how far it is.
	 * @param what {@code assess} or {@code verify}
	 * @return the answer, or {@code null} for anything else
	 */
	@ReadOperation
	public @Nullable Object ask(@Selector String what) throws SQLException {
		return switch (what) {
			case "assess" -> this.move.assess();
			case "verify" -> this.verification.state();
			default -> null;
		};
	}

	/**
	 * Take a step.
	 * @param step its name
	 * @param share the share in percent, for the steps {@code shadow} and {@code read}
	 */
	@WriteOperation
	public WebEndpointResponse<Object> take(@Selector String step, @Nullable BigDecimal share) throws SQLException {
		try {
			return new WebEndpointResponse<>(step.equalsIgnoreCase(MoveStep.VERIFY.name()) ? this.verification.start()
					: this.steps.take(step, share));
		}
		catch (IllegalArgumentException ex) {
			return refused(ex, WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		catch (MoveRefusedException | SwitchoverException | IllegalStateException ex) {
			return refused(ex, CONFLICT);
		}
	}

	private static WebEndpointResponse<Object> refused(RuntimeException failure, int status) {
		return new WebEndpointResponse<>(Map.of("error", String.valueOf(failure.getMessage())), status);
	}

}
