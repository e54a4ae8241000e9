package io.rdsboot.move.assess.check;

import java.sql.SQLException;

/**
 * One question of an assessment.
 *
 * @param name its name, such as {@code replica-identity}
 * @param judge asks and judges
 */
public record MoveCheck(String name, Judge judge) {

	/**
	 * Asks the databases, and reports what it finds.
	 */
	@FunctionalInterface
	interface Judge {

		void judge(Database source, Database target, Findings findings) throws SQLException;

	}

}
