"""A small, right set of files for the import."""

SCHOOLS = """\
school.code,name,levels,kind,managed_by,located_in,former_district,site,address,lat,lon,contact,phone,email,uplink,networks
0790123,Trường THCS Số 1,TH; THCS,Công lập,UBND phường A,26740,Quận 12 cũ,,1 Đường B,"10,8231",106.6297,Nguyễn Văn A,0901234567,a@hcm.edu.vn,40,192.168.1.0/24
0790123,Trường THCS Số 1,TH; THCS,Công lập,UBND phường A,,,Cơ sở 2,2 Đường C,,,,,,,
0790124,Trường TH Số 2,TH,Tư thục,UBND phường A,,,,,,,,,,,
"""
DEVICES = """\
school,site,device.code,kind,make,model,serial,mac,host,onvif_port,rtsp_port,stream_path,username,owner,maintainer,in_use_since,warranty_until,funding,price
0790123,,DG-01,Đầu ghi IP (NVR),Dahua,NVR4216,S1,00-11-22-AA-BB-CC,192.168.1.64,80,554,,quansat,Thuê dịch vụ,Công ty B,2021,31/12/2026,Ngân sách,1.200.000
0790123,,CAM-1,Camera IP,Hikvision,DS-1,,0011.22aa.bbcd,192.168.1.65,8080,,,,,,,,,
0790124,,CAM-1,Chỉ xem qua ứng dụng đám mây,Imou,,,,,,,,,,,,,,
"""
CHANNELS = """\
school,device,index,name,area,scope,recorded_as,outdoor,heading,height,scene_width,note
0790123,DG-01,1,Cổng chính,Cổng,Có,,Ngoài trời,90,"3,5",6,
0790123,DG-01,2,Lớp 6A,Lớp học,,,Trong nhà,,,,
0790123,DG-01,5,Cổng phụ trên đầu ghi,Cổng,,,,,,,
0790123,CAM-1,,Cổng phụ,Cổng,Chưa quyết định,DG-01/5,,,,,
0790124,CAM-1,,Sân,Sân,Không,,,,,,
"""
FILES = {"schools.csv": SCHOOLS, "devices.csv": DEVICES, "channels.csv": CHANNELS}


def put(folder, files=None):
    """The files in `folder`, which is made."""
    folder.mkdir(exist_ok=True)
    for name, text in (files or FILES).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
