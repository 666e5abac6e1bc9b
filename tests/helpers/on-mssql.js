// Set up for the test files of the second round, see jest.config.js: their warehouse is on SQL Server.
process.env.TEST_ENGINE = 'mssql';
