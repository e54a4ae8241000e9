package io.rdsboot.move.autoconfigure;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.move.assess.MoveAssessment;
import io.rdsboot.move.assess.MoveAssessmentReport;
import io.rdsboot.move.assess.MoveFinding;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Actuator endpoint that shows whether the database can move. Changes nothing.
 * Thread-safe.
 */
@Endpoint(id = "rdsmove", defaultAccess = Access.READ_ONLY)
class RdsMoveEndpoint {

	private final MoveAssessment assessment;

	RdsMoveEndpoint(MoveAssessment assessment) {
		this.assessment = assessment;
	}

	/**
	 * Assess the move.
	 */
	@ReadOperation
	public Assessment assess() throws SQLException {
		MoveAssessmentReport report = this.assessment.assess();
		return new Assessment(report.isReady(), report.tables(), report.bytes(), report.writtenBytesPerSecond(),
				report.findings());
	}

	/**
	 * Answer of the endpoint.
	 *
	 * @param ready whether nothing blocks the move
	 * @param tables number of tables
	 * @param bytes size of the database
	 * @param writtenBytesPerSecond how fast the source writes its log
	 * @param findings what was found
	 */
	record Assessment(boolean ready, int tables, long bytes, long writtenBytesPerSecond, List<MoveFinding> findings) {

	}

}
