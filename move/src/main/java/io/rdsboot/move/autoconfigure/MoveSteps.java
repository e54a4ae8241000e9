package io.rdsboot.move.autoconfigure;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import io.rdsboot.move.control.DatabaseMove;
import io.rdsboot.move.control.MoveStep;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of a move by their names, for the command and the endpoint.
 */
class MoveSteps {

	private static final BigDecimal ALL = BigDecimal.valueOf(100);

	private final DatabaseMove move;

	MoveSteps(DatabaseMove move) {
		this.move = move;
	}

	/**
	 * Take a step.
	 * @param name its name
	 * @param share the share in percent, for steps that have one
	 * @return what it has done
	 * @throws IllegalArgumentException if there is no such step, or the share is missing
	 * or wrong
	 * @throws io.rdsboot.move.control.MoveRefusedException if what it needs is not so
	 */
	Object take(String name, @Nullable BigDecimal share) throws SQLException {
		if (name.equalsIgnoreCase("status")) {
			return this.move.status();
		}
		if (name.equalsIgnoreCase("assess")) {
			return this.move.assess();
		}
		MoveStep step = MoveStep.of(name);
		return switch (step) {
			case SCHEMA -> this.move.bringSchema();
			case COPY -> {
				this.move.startCopy();
				yield this.move.status();
			}
			case VERIFY -> this.move.verify();
			case SHADOW -> {
				this.move.shareShadowReads(hundredths(step, share));
				yield this.move.status();
			}
			case READ -> {
				this.move.shareReads(hundredths(step, share));
				yield this.move.status();
			}
			case CANCEL -> left(this.move.cancel());
			case CUTOVER -> this.move.cutover();
			case BACK -> this.move.back();
			case FINISH -> left(this.move.finish());
		};
	}

	private static Map<String, List<String>> left(List<String> left) {
		return Map.of("left", left);
	}

	private static int hundredths(MoveStep step, @Nullable BigDecimal share) {
		if (share == null) {
			throw new IllegalArgumentException("The step '%s' needs a share, from 0 to 100 percent".formatted(step));
		}
		if (share.signum() < 0 || share.compareTo(ALL) > 0 || share.stripTrailingZeros().scale() > 2) {
			throw new IllegalArgumentException(
					"Share %s is not from 0 to 100 percent with two decimals at most".formatted(share));
		}
		return share.movePointRight(2).intValueExact();
	}

}
