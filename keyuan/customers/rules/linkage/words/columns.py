"""What columns of person files are called, by what they hold."""

#: Names of columns, lower case, letters and Chinese characters only. What is not found here is not used.
COLUMN_NAMES: dict[str, str] = {
    "record_id": "recid recordid id uid uniqueid rowid customerid customerno clientid clientno custno custid personno "
    "编号 序号 客户号 客户编号 记录号 主键",
    "name": "name fullname personname customername clientname firstandsurname firstandlastname holdername 姓名 名称 "
    "客户姓名 客户名称 名字 投保人 投保人姓名 被保人姓名 联系人 xm",
    "given_name": "givenname givennames firstname forename forenames given first fname 名 forename1 firstname1",
    "surname": "surname lastname familyname last family lname sname 姓 姓氏",
    "birth_date": "birthdate dateofbirth dob birthday born birth birthon bday 出生日期 生日 出生年月 出生年月日 出生 csrq",
    "sex": "sex gender 性别 xb",
    "id_number": "idnumber idno idcard idcardno identitynumber identityno nationalid nin ssn socsecid soc socialsecurity "
    "socialsecuritynumber passport passportno licence licenceno driverlicence taxid medicare nhsnumber 身份证 身份证号 "
    "身份证号码 证件号 证件号码 证件编号 公民身份号码 sfzh",
    "phone": "phone phoneno phonenumber phonenum telephone tel telno mobile mobileno mobilenumber mobilephone cell "
    "cellphone homephone workphone landline contactnumber 电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 固定电话 移动电话",
    "email": "email emailaddress mail emailid 邮箱 电子邮箱 电子邮件 邮件",
    "address": "address addr address1 address2 address3 addressline addressline1 addressline2 addr1 addr2 street "
    "streetname streetaddress streetaddress1 residence homeaddress 地址 住址 家庭地址 联系地址 详细地址 通讯地址 居住地址 街道",
    "house_number": "streetnumber streetno housenumber houseno buildingnumber number 门牌号 门牌",
    "suburb": "suburb city town district locality municipality county place 市 城市 区 区县 县 地区 所在城市",
    "postcode": "postcode postalcode zip zipcode postcodefake 邮编 邮政编码",
    "state": "state province region territory 省 省份 省市",
    "code": "plate plateno licenseplate vin policyno membershipno memberno accountno 车牌 车牌号 保单号",
    "other": "occupation job profession employer company birthplace placeofbirth mothersname maidenname nationality 职业 "
    "单位 工作单位 出生地 民族",
}
